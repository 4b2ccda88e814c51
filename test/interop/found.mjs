// found.mjs - programs of other people that a test needs and that may not be here: then it is skipped, by name.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']

// Its path, or undefined.
export function found(program) {
  return folders.map(folder => join(folder, program)).find(path => {
    try { accessSync(path, constants.X_OK); return true } catch { return false }
  })
}

// For test(name, options, …): why it is skipped, or false.
export const without = (program, name) => found(program) ? false : `${program} is not here (Debian: ${name})`
