// memo.ts - a component that is drawn anew only when what it shows is another (Preact's compat layer has the same, and more).
import { h, Component, type ComponentChild, type FunctionComponent } from 'preact'

export function memo<P extends object>(draw: FunctionComponent<P>, isSame: (a: P, b: P) => boolean) {
  return class Memo extends Component<P> {
    shouldComponentUpdate(next: P) { return !isSame(this.props as P, next) }
    render(props: P): ComponentChild { return h(draw as FunctionComponent<any>, props) }
  } as unknown as FunctionComponent<P & { key?: string | number }>
}
