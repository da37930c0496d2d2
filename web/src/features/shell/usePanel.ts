import { useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'

/** PanelControl: the right panel is a stack in the address (?p=info,members), so that it can be linked and the browser's back works. */
export interface PanelControl {
  readonly stack: readonly string[]
  readonly top: string | undefined
  /** Shows one panel, replacing what is open; the same one again closes it. */
  toggle: (id: string) => void
  show: (id: string) => void
  push: (id: string) => void
  pop: () => void
  close: () => void
}

export function usePanel(): PanelControl {
  const [location, navigate] = useLocation()
  const search = useSearch()
  return useMemo(() => {
    const query = new URLSearchParams(search)
    const stack = (query.get('p') ?? '').split(',').filter(Boolean)
    const go = (next: readonly string[], replace: boolean) => {
      const changed = new URLSearchParams(search)
      if (next.length > 0) changed.set('p', next.join(','))
      else changed.delete('p')
      const text = changed.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')
      navigate(location + (text ? `?${text}` : ''), { replace })
    }
    const top = stack.at(-1)
    return {
      stack,
      top,
      toggle: (id) => go(stack.length === 1 && top === id ? [] : [id], stack.length > 0),
      show: (id) => go([id], stack.length > 0),
      push: (id) => go([...stack, id], false),
      pop: () => go(stack.slice(0, -1), true),
      close: () => go([], true),
    }
  }, [location, search, navigate])
}
