// lazy.tsx - a part of the page that is asked for when it is first shown.
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Skeleton } from './parts'
import { t } from './words'

// isQuiet: nothing stands in its place while it comes, as for what is not shown yet.
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>, isQuiet = false) {
  let loaded: ComponentType<P> | null = null
  return function Lazy(props: P) {
    const [state, set] = useState<'' | 'there' | 'failed'>(loaded ? 'there' : '')
    useEffect(() => { if (!loaded) load().then(one => { loaded = one; set('there') }, () => set('failed')) }, [])
    if (state === 'failed') return <p class="trouble" role="alert">{t('part-missing')}</p>
    if (!loaded) return isQuiet ? null : <Skeleton />
    const Component = loaded
    return <Component {...props} />
  }
}
