// icons.tsx - few, own, 16 px strokes; always beside a word or a label.
const paths: Record<string, string> = {
  search: 'M7 2a5 5 0 1 1 0 10A5 5 0 0 1 7 2zm4 9 3 3',
  bell: 'M4 11V7a4 4 0 0 1 8 0v4l1 1H3zM7 14h2',
  person: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zm-6 6c1-4 11-4 12 0',
  more: 'M3 8h.01M8 8h.01M13 8h.01',
  close: 'M4 4l8 8M12 4l-8 8',
  back: 'M10 3 5 8l5 5',
  eye: 'M1 8c3-6 11-6 14 0-3 6-11 6-14 0zm7 2a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  hand: 'M5 8V4m0 0a1 1 0 0 1 2 0v3m0-4a1 1 0 0 1 2 0v4m0-3a1 1 0 0 1 2 0v5c0 3-2 5-4 5-3 0-4-3-5-5 0-1 1-2 3 1',
  send: 'M2 8l12-5-4 11-3-4z',
  flag: 'M4 14V2h8l-2 3 2 3H4',
}
export function Icon({ name }: { name: keyof typeof paths | string }) {
  return <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d={paths[name]} /></svg>
}
