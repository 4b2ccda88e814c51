// api.ts - requests to the server this page came from. An answer is a value: nobody has to catch anything.

export type Json = Record<string, any>
export interface Answer {
  ok: boolean
  code: number       // statusCode of the envelope; 0 well, 20 not signed in
  lost: boolean      // no answer came: the network, or the server, is away. Whether it was done is not known
  message: string
  body: Json
}

// Whose window this is: several users may work in windows of one browser (a cookie each).
let user = ''
export const setWindowUser = (id: string) => { user = id }

let onSignedOut = () => {}
export const whenSignedOut = (call: () => void) => { onSignedOut = call }

const patience = 20_000

async function ask(method: string, path: string, body?: Json, headers: Record<string, string> = {}): Promise<Answer> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), patience)
  try {
    const reply = await fetch('/api/v2' + path, {
      method, signal: abort.signal, cache: 'no-store', credentials: 'same-origin',
      headers: { 'X-Window-User': user || 'new', ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
      body: body ? JSON.stringify(body) : undefined,
    })
    const answer: Json = await reply.json()
    const code = Number(answer.statusCode)
    if (code === 20 && !headers.Authorization) onSignedOut()
    return { ok: code === 0 || code === 7, code, lost: false, message: String(answer.statusMessage ?? ''), body: answer }
  } catch {
    return { ok: false, code: -1, lost: true, message: '', body: {} }
  } finally {
    clearTimeout(timer)
  }
}

export const get = (path: string) => ask('GET', path)
export const post = (path: string, body: Json, headers?: Record<string, string>) => ask('POST', path, body, headers)
export const put = (path: string, body: Json) => ask('PUT', path, body)
export const remove = (path: string) => ask('DELETE', path)
export const operate = (path: string, operationName: string, parameters: Json = {}, key?: string) =>
  post(path, { operationName, ...parameters }, key ? { 'Idempotency-Key': key } : undefined)

// The cookie comes with it. Basic in UTF-8, as the server reads first.
export function signIn(name: string, password: string): Promise<Answer> {
  const bytes = new TextEncoder().encode(`${name}:${password}`)
  user = ''
  return ask('GET', '/me?subresources=*', undefined, { Authorization: 'Basic ' + btoa(String.fromCharCode(...bytes)) })
}

export const bayeux = (messages: Json[], signal: AbortSignal) => fetch('/api/v2/notifications', {
  method: 'POST', signal, cache: 'no-store', credentials: 'same-origin', body: JSON.stringify(messages),
  headers: { 'X-Window-User': user, 'Content-Type': 'application/json' },
})
