import { useCallback, useEffect, useState } from 'react'
import type { List } from '../../api/types'

export interface Listed<T> {
  readonly items: readonly T[]
  readonly state: 'loading' | 'ready' | 'failed'
  readonly more: boolean
  next: () => void
  reload: () => void
}

/** useList reads a list page by page; key stands for everything that load reads. */
export function useList<T>(load: (cursor?: string) => Promise<List<T>>, key: string): Listed<T> {
  const [items, setItems] = useState<readonly T[]>([])
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading')
  const [cursor, setCursor] = useState<string | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for load
  const read = useCallback(
    async (from?: string) => {
      setState('loading')
      try {
        const page = await load(from)
        setItems((old) => (from ? [...old, ...page.items] : page.items))
        setCursor(page.next_cursor)
        setState('ready')
      } catch {
        setState('failed')
      }
    },
    [key],
  )
  useEffect(() => void read(), [read])
  return { items, state, more: cursor !== null, next: () => void read(cursor ?? undefined), reload: () => void read() }
}
