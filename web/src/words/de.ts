import type { Words } from '../words'
export const de = {} as Words
