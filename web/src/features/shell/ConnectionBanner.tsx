import { useEffect, useState } from 'react'
import { Button, Icon, Spinner } from '../../ui'
import { useServices, useStore, useT } from '../kit/hooks'
import css from './ConnectionBanner.module.css'

const patience = 3_000 // ms: a short break is nobody's business

/** ConnectionBanner appears when the connection has been away for a while. */
export function ConnectionBanner() {
  const t = useT()
  const s = useServices()
  const state = useStore(s.connection)
  const unsent = [...useStore(s.messaging.unsent).values()].reduce((n, x) => n + x.n, 0)
  const offline = state.phase === 'waiting' || state.phase === 'connecting'
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (offline) return s.timers.after(patience, () => setLate(true))
    setLate(false)
    return undefined
  }, [offline, s])
  const stopped = state.phase === 'stopped' && state.why !== 'closed'
  return (
    <div role="status" aria-live="polite">
      {stopped ? (
        <p className={css.banner}>
          <Icon name="warning" size={16} />
          {t(state.why === 'protocol' ? 'connection.protocol' : 'connection.ended')}
          <Button size="s" kind="quiet" onClick={() => location.reload()}>
            {t('connection.reload')}
          </Button>
        </p>
      ) : (
        offline &&
        late && (
          <p className={css.banner}>
            <Spinner size={16} />
            {t('connection.lost')}
            {unsent > 0 && <span>{t('connection.unsent', { n: unsent })}</span>}
            <Button size="s" kind="quiet" onClick={() => s.reconnect()}>
              {t('connection.now')}
            </Button>
          </p>
        )
      )}
    </div>
  )
}
