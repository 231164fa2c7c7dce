// Bytes of JSON that kernels look for.

export const QUOTE: u8 = 0x22
export const BACKSLASH: u8 = 0x5c
export const DASH: u8 = 0x2d
export const POINT: u8 = 0x2e
export const ZERO: u8 = 0x30
/** `null`, `true`, `fals` as they are loaded. */
export const NULL_WORD: u32 = 0x6c6c756e
export const TRUE_WORD: u32 = 0x65757274
export const FALS_WORD: u32 = 0x736c6166
