export * from './show-screen.js'
