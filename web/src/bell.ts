// bell.ts - sound, desktop notification, number in title and icon: repeated until somebody looks.
import { desk, inOrder } from './model'
import { choices } from './kept'
import { t } from './words'
import { listen } from './topics'

let audio: AudioContext | null = null

// Browsers allow sound after a click or key only: called from one.
export async function wakeBell(): Promise<boolean> {
  try {
    audio ??= new AudioContext()
    await Promise.race([audio.resume(), new Promise(done => setTimeout(done, 500))])
    return audio.state === 'running'
  } catch {
    return false
  }
}

function tone(at: number, pitch: number, length: number) {
  const oscillator = audio!.createOscillator(), gain = audio!.createGain()
  oscillator.frequency.value = pitch
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(0.18, at + 0.015)
  gain.gain.exponentialRampToValueAtTime(0.001, at + length)
  oscillator.connect(gain).connect(audio!.destination)
  oscillator.start(at)
  oscillator.stop(at + length)
}

// Two tones for an invitation, one for a text.
export function ring(tones: 1 | 2) {
  if (!choices.sound || audio?.state !== 'running') return
  tone(audio.currentTime, 660, 0.35)
  if (tones === 2) tone(audio.currentTime + 0.22, 880, 0.45)
}

export type BellState = 'heard' | 'no-sound'
export async function testBell(): Promise<BellState> {
  if (!await wakeBell()) return 'no-sound'
  const was = choices.sound
  choices.sound = true
  ring(2)
  choices.sound = was
  return 'heard'
}

export function notify(title: string, body: string, tag: string, open: () => void) {
  if (!choices.desktop || !document.hidden || !('Notification' in window) || Notification.permission !== 'granted') return
  try {
    const one = new Notification(title, { body, tag })
    one.onclick = () => { window.focus(); open(); one.close() }
  } catch { /* some phones allow it to service workers only */ }
}

// --- what waits, in title and icon
const icon = () => document.getElementById('icon') as HTMLLinkElement
let shownCount = -1

function drawIcon(count: number, isUrgent: boolean) {
  const key = count * 2 + Number(isUrgent)
  if (key === shownCount) return
  shownCount = key
  if (!count) { icon().href = '/icon.svg'; return }
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 32
  const pen = canvas.getContext('2d')
  if (!pen) return
  pen.fillStyle = isUrgent ? '#c0392b' : '#2457c5'
  pen.beginPath()
  pen.roundRect(0, 0, 32, 32, 7)
  pen.fill()
  pen.fillStyle = '#fff'
  pen.font = 'bold 20px sans-serif'
  pen.textAlign = 'center'
  pen.fillText(count > 9 ? '9+' : String(count), 16, 23)
  icon().href = canvas.toDataURL()
}

export function showWaiting() {
  const all = [...desk.sessions.values()]
  const invited = all.filter(one => one.state === 'Invited').length
  const unread = all.reduce((sum, one) => sum + (one.isLive ? one.unread : 0), 0)
  document.title = (invited ? `${t('title-invited')} – ` : unread ? `(${unread}) ` : '') + 'Sotto'
  drawIcon(invited || unread, invited > 0)
}

const again = 4_000
export function startBell() {
  listen('sessions', showWaiting)
  listen('me', showWaiting)
  setInterval(() => { if (inOrder()[0]?.state === 'Invited') ring(2) }, again)
}
