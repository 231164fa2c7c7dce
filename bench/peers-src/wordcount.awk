# The word count that one writes first in awk.
{
  $0 = tolower($0)
  for (i = 1; i <= NF; i++) counts[$i]++
}
END {
  for (word in counts) print word "\t" counts[word]
}
