// sms.ts - what a text costs, before it is sent: the same rules as the server's segments (3GPP TS 23.038, 23.040).

const basic = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà')
const extended = new Set('\f^{}\\[~]|€')

// Characters that look alike and cost less: what word processors and phones put in place of the plain ones.
const plain: Record<string, string> = {
  '\u2018': "'", '\u2019': "'", '\u201A': ',', '\u201B': "'", '\u201C': '"', '\u201D': '"', '\u201E': '"', '\u201F': '"',
  '\u2032': "'", '\u2033': '"', '\u00B4': "'", '`': "'", '\u2010': '-', '\u2011': '-', '\u2012': '-', '\u2013': '-',
  '\u2014': '-', '\u2015': '-', '\u2212': '-', '\u2026': '...', '\u00A0': ' ', '\u2009': ' ', '\u200A': ' ', '\u202F': ' ',
  '\u2003': ' ', '\u2002': ' ', '\t': ' ', '\u2022': '-', '\u00B7': '.', '\u00AB': '"', '\u00BB': '"', '\u2039': "'", '\u203A': "'",
  '\u200B': '', '\u200C': '', '\uFEFF': '', '\u00AD': '',
}

export interface Cost {
  parts: number
  left: number            // characters (septets or units) that still fit in the last part
  unicode: boolean
  offender: string | null // the first character that is in no GSM alphabet
  instead: string | null  // what to write in its place
}

const isGsm = (c: string) => basic.has(c) || extended.has(c)

// Sizes that must not be cut: an escape with its character, a surrogate pair.
function pack(sizes: number[], whole: number, part: number): { parts: number, left: number } {
  const total = sizes.reduce((sum, n) => sum + n, 0)
  if (total <= whole) return { parts: 1, left: whole - total }
  let parts = 1, used = 0
  for (const size of sizes) {
    if (used + size > part) { parts++; used = 0 }
    used += size
  }
  return { parts, left: part - used }
}

export function cost(text: string): Cost {
  const characters = [...text]
  const offender = characters.find(c => !isGsm(c)) ?? null
  const sized = offender === null
    ? pack(characters.map(c => extended.has(c) ? 2 : 1), 160, 153)
    : pack(characters.map(c => c.length), 70, 67)
  return { ...sized, unicode: offender !== null, offender, instead: offender === null ? null : plain[offender] ?? null }
}

// All look-alikes replaced.
export const plainly = (text: string) => [...text].map(c => isGsm(c) ? c : plain[c] ?? c).join('')
