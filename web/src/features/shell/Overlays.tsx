import { lazy, Suspense, useEffect, useState } from 'react'
import { useServices, useStore } from '../kit/hooks'

const loadSwitcher = () => import('../switcher/Switcher')
const Switcher = lazy(loadSwitcher)
const Shortcuts = lazy(() => import('../switcher/Shortcuts'))

const writing = (el: EventTarget | null) =>
  el instanceof HTMLElement && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName))

/** Overlays are what keys open over every page: the switcher (Ctrl/⌘+K) and the sheet of shortcuts (?). */
export function Overlays() {
  const s = useServices()
  const switching = useStore(s.switching)
  const [sheet, setSheet] = useState(false)
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.isComposing || e.keyCode === 229 || e.altKey) return
      const mod = e.ctrlKey || e.metaKey
      const modal = document.querySelector('dialog[open]') !== null
      if (mod && !e.shiftKey && e.key.toLowerCase() === 'k') {
        if (s.switching.value) s.switching.set(false)
        else if (!modal) s.switching.set(true)
      } else if (!modal && ((e.key === '?' && !mod && !writing(e.target)) || (e.key === '/' && mod))) setSheet(true)
      else return
      e.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    // Fetched while nobody waits for it, so that the first time is as quick as the second.
    const cancel = s.timers.after(3_000, () => void Promise.all([loadSwitcher(), s.i18n.load('keys')]).catch(() => {}))
    return () => {
      document.removeEventListener('keydown', onKey)
      cancel()
    }
  }, [s])
  return (
    <Suspense>
      {switching && <Switcher onClose={() => s.switching.set(false)} />}
      {sheet && <Shortcuts onClose={() => setSheet(false)} />}
    </Suspense>
  )
}
