// lazy.tsx - a part of the page that is asked for when it is first shown.
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Skeleton } from './parts'
import { t } from './words'

export function lazy<P extends object>(load: () => Promise<ComponentType<P>>) {
  let loaded: ComponentType<P> | null = null
  return function Lazy(props: P) {
    const [state, set] = useState<'' | 'there' | 'failed'>(loaded ? 'there' : '')
    useEffect(() => { if (!loaded) load().then(one => { loaded = one; set('there') }, () => set('failed')) }, [])
    if (state === 'failed') return <p class="trouble" role="alert">{t('part-missing')}</p>
    if (!loaded) return <Skeleton />
    const Component = loaded
    return <Component {...props} />
  }
}
