export interface Ears {
  /** Each notification, once and in order. isMissed: it happened while the line was down. */
  heard(channel: string, data: Record<string, any>, isMissed: boolean): void
  /** Subscribed: from now on nothing is missed, and what was comes now. */
  up?(): void
  /** All that was missed has been heard. */
  caughtUp?(awayFor: number): void
  /** What was missed is not kept any more: read how things stand. It goes on from now. */
  missed?(): void | Promise<void>
  down?(retryAt: number): void
  signedOut?(): void
}

/** How far it was heard, and when the line was last known to be up. id: a replayId, -1 only what is new, -2 all that is kept. */
export interface Place { id: number, at: number }
/** Keeps the place over a reload, or a restart. null: only what is new. */
export interface Keeper { load(): Place | null, save(place: Place): void }

export interface LineSettings {
  /** Posts Bayeux messages to `/api/v2/notifications`. */
  post(messages: Record<string, any>[], signal: AbortSignal): Promise<Response>
  ears: Ears
  keeper: Keeper
  topic?: string
}

export class Line {
  constructor(settings: LineSettings)
  start(): void
  stop(): void
  /** Try again at once. */
  now: () => void
}
