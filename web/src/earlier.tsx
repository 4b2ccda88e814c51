// earlier.tsx - what this customer and the centre said to each other before, to be opened beside the conversation.
import { useEffect, useState } from 'preact/hooks'
import { get, type Json } from './api'
import type { Session } from './model'
import { ago, exact, readTime } from './time'
import { t } from './words'

const atOnce = 5

export function Earlier({ session }: { session: Session }) {
  const [all, setAll] = useState<Json[]>([])
  const [next, setNext] = useState<string | undefined>()
  const [isBroken, setBroken] = useState(false)
  async function read(cursor = '') {
    setBroken(false)
    const answer = await get(`/me/smssessions/${session.id}/earlier?limit=${atOnce}${cursor && `&cursor=${cursor}`}`)
    if (!answer.ok) { setBroken(true); return }
    setAll(before => cursor ? [...before, ...answer.body.earlier] : answer.body.earlier)
    setNext(answer.body.cursor)
  }
  const isReadable = session.state === 'Chatting' || session.state === 'LeftChat'
  useEffect(() => { if (isReadable) void read() }, [isReadable])
  if (!all.length && !isBroken) return null
  return <section aria-label={t('earlier')}>
    <h2>{t('earlier')}</h2>
    {all.map(one => <details class="earlier" key={one.id}>
      <summary title={exact(readTime(one.receivedDate))}>{ago(readTime(one.receivedDate))}{one.disposition && <> · <span dir="auto">{one.disposition}</span></>}</summary>
      {one.cut && <p class="second">{t('earlier-cut')}</p>}
      <ol>{one.messages.map((said: Json, i: number) => <li key={i} class={said.from.type === 'Customer' ? 'customers' : ''}>
        <b class="second">{said.from.type === 'Customer' ? session.title : said.from.nickname}</b> <span dir="auto">{said.erased ? t('erased') : said.text}</span></li>)}</ol>
    </details>)}
    {isBroken ? <button class="quiet" onClick={() => void read(next)}>{t('earlier-again')}</button>
      : next && <button class="quiet" onClick={() => void read(next)}>{t('earlier-more')}</button>}
  </section>
}
