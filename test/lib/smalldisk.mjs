// smalldisk.mjs - a file system of a few megabytes (tmpfs) that a test fills, makes read-only and gives room again.
// Needs root: isMountable says whether it can be had, and why not.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const mib = Buffer.alloc(1 << 20)

function run(command, ...args) {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}

// False where tests may mount, else the reason: what node:test's `skip` wants.
export function unmountable() {
  const path = mkdtempSync(join(tmpdir(), 'sotto-mount-'))
  try {
    run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path)
    run('umount', path)
    return false
  } catch (error) {
    return `no small disk can be mounted: ${error.message.trim()}`
  } finally {
    rmdirSync(path)
  }
}

const mounted = new Set()
process.on('exit', () => { for (const disk of mounted) spawnSync('umount', ['-l', disk.path]) })

export class SmallDisk {
  constructor(megabytes) { Object.assign(this, { megabytes, path: null, timer: null }) }

  mount(path) {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    run('mount', '-t', 'tmpfs', '-o', `size=${this.megabytes}m,mode=700`, 'tmpfs', path)
    this.path = path
    mounted.add(this)
  }

  unmount() {
    clearInterval(this.timer)
    if (this.path) run('umount', '-l', this.path)
    mounted.delete(this)
    this.path = null
  }

  get ballast() { return join(this.path, 'ballast') }

  // To the last byte, and whatever is freed later is taken as well: others write on the disk, too.
  fill() {
    this.#take()
    this.timer ??= setInterval(() => this.#take(), 5)
  }

  #take() {
    const file = openSync(this.ballast, 'a')
    try {
      for (let size = mib.length; size >= 1; size = size > 4096 ? size / 2 : 0) {
        try {
          for (;;) if (writeSync(file, mib, 0, size) < size) break
        } catch (error) {
          if (error.code !== 'ENOSPC') throw error
        }
      }
    } finally {
      closeSync(file)
    }
  }

  makeRoom() {
    clearInterval(this.timer)
    this.timer = null
    rmSync(this.ballast, { force: true })
  }

  readOnly(is) { run('mount', '-o', `remount,${is ? 'ro' : 'rw'}`, this.path) }
}
