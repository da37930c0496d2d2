import { type ReactNode, useEffect, useId, useRef } from 'react'
import css from './Dialog.module.css'
import { IconButton } from './IconButton'

export interface DialogProps {
  title: string
  closeLabel: string
  onClose: () => void
  children: ReactNode
  /** The buttons, the main one last. */
  actions?: ReactNode
  width?: number
}

/** Dialog is modal: focus stays inside, Escape closes, focus returns to where it came from. */
export function Dialog({ title, closeLabel, onClose, children, actions, width = 440 }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const dialog = ref.current
    if (!dialog || dialog.open) return
    const before = document.activeElement
    dialog.showModal()
    // Not the cross: what one came for. Of buttons alone the first, which takes back.
    const first = dialog.querySelector<HTMLElement>(
      '[data-content] :is(input, textarea, select):not(:disabled), [data-actions] button',
    )
    first?.focus()
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click only closes from the backdrop; Escape is the key for it
    <dialog
      ref={ref}
      className={css.dialog}
      style={{ width }}
      aria-labelledby={titleId}
      onCancel={(e) => {
        e.preventDefault()
        onClose()
      }}
      onClick={(e) => {
        if (e.target === ref.current) onClose()
      }}
    >
      <div className={css.body}>
        <header className={css.header}>
          <h2 id={titleId}>{title}</h2>
          <IconButton icon="close" label={closeLabel} size="s" onClick={onClose} tip="bottom" />
        </header>
        <div className={css.content} data-content>
          {children}
        </div>
        {actions && (
          <footer className={css.actions} data-actions>
            {actions}
          </footer>
        )}
      </div>
    </dialog>
  )
}
