import { type ReactNode, useEffect } from 'react'
import { IconButton } from '../../ui'
import { useT } from '../kit/hooks'
import css from './Panel.module.css'
import type { PanelControl } from './usePanel'

/** Panel is the frame of what the right column shows: title, back when something lies below, close. */
export function Panel({ title, control, children }: { title: string; control: PanelControl; children: ReactNode }) {
  const t = useT()
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key !== 'Escape' || e.defaultPrevented || e.isComposing || document.querySelector('dialog[open]')) return
      if (control.stack.length > 1) control.pop()
      else control.close()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [control])
  return (
    <>
      <header className={css.header}>
        {control.stack.length > 1 && (
          <IconButton icon="back" size="s" label={t('common.back')} tip="bottom" onClick={control.pop} />
        )}
        <h2 className={css.title}>{title}</h2>
        <IconButton icon="close" size="s" label={t('common.close')} tip="bottom" onClick={control.close} />
      </header>
      <div className={css.body}>{children}</div>
    </>
  )
}
