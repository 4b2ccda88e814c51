import { Ears, Keeper, Line } from './line.js'

export { Ears, Keeper, Line, LineSettings, Place } from './line.js'

export interface Answer {
  ok: boolean
  /** statusCode of the envelope; 0 well, 20 not signed in, -1 no answer came */
  code: number
  /** No answer came: whether it was done is not known. */
  lost: boolean
  status: number
  /** seconds; 0: nothing is said */
  retryAfter: number
  message: string
  body: Record<string, any>
}

export class Sotto {
  constructor(settings?: { url?: string, user?: string, password?: string, token?: string, headers?: Record<string, string> })
  get(path: string): Promise<Answer>
  operate(path: string, operationName: string, parameters?: Record<string, any>, key?: string): Promise<Answer>
  /** Asks again, with the same Idempotency-Key, until there is an answer: it is done once. */
  once(path: string, operationName: string, parameters?: Record<string, any>,
    how?: { key?: string, attempts?: number }): Promise<Answer>
  /** Keeps a line up, and whenever it was down goes on behind what was heard last. */
  listen(settings: Ears & Partial<Keeper> & { topic?: string }): Line
}
