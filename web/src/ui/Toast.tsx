import { cx } from './cx'
import { Icon } from './Icon'
import { IconButton } from './IconButton'
import css from './Toast.module.css'

export interface ToastItem {
  id: number
  kind: 'info' | 'error'
  text: string
}

export interface ToastsProps {
  items: readonly ToastItem[]
  closeLabel: string
  onClose: (id: number) => void
}

/** Toasts is the live region at the bottom, on a phone below the header. It stays mounted when empty: a region that appears with its text is not read aloud. */
export function Toasts({ items, closeLabel, onClose }: ToastsProps) {
  return (
    <div className={css.region} role="status" aria-live="polite">
      {items.map((item) => (
        <div key={item.id} className={cx(css.toast, item.kind === 'error' && css.error)}>
          <Icon name={item.kind === 'error' ? 'warning' : 'check'} size={16} />
          <span className={css.text}>{item.text}</span>
          <IconButton icon="close" label={closeLabel} size="s" onClick={() => onClose(item.id)} />
        </div>
      ))}
    </div>
  )
}
