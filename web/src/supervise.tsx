export function Supervise(_: { view: string, id: string }) { return <main /> }
