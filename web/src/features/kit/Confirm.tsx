import { Button, Dialog } from '../../ui'
import { useT } from './hooks'

export interface ConfirmProps {
  title: string
  text: string
  /** What the main button says: the act, not "OK". */
  act: string
  danger?: boolean
  busy?: boolean
  onConfirm: () => void
  onClose: () => void
}

/** Confirm asks before an act that cannot be undone. */
export function Confirm({ title, text, act, danger, busy, onConfirm, onClose }: ConfirmProps) {
  const t = useT()
  return (
    <Dialog
      title={title}
      closeLabel={t('common.close')}
      onClose={onClose}
      width={400}
      actions={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button kind={danger ? 'danger' : 'primary'} busy={busy ?? false} onClick={onConfirm}>
            {act}
          </Button>
        </>
      }
    >
      <p>{text}</p>
    </Dialog>
  )
}
