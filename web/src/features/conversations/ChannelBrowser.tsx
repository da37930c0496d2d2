import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { conversations as api } from '../../api/conversations'
import type { Channel } from '../../api/types'
import { Avatar, Button, EmptyState, IconButton, ListRow, Spinner, TextField } from '../../ui'
import { useServices, useStore, useT } from '../kit/hooks'
import css from './ChannelBrowser.module.css'

/** ChannelBrowser lists channels that everybody may join. */
export default function ChannelBrowser() {
  const t = useT()
  const s = useServices()
  const [, navigate] = useLocation()
  const { byId } = useStore(s.conversations.list)
  const [query, setQuery] = useState('')
  const [found, setFound] = useState<readonly Channel[]>()
  const [next, setNext] = useState<string | null>(null)
  const [joining, setJoining] = useState<string>()
  useEffect(() => {
    const abort = new AbortController()
    const cancel = s.timers.after(query ? 150 : 0, () => {
      api.channels(s.api, query, undefined, abort.signal).then(
        (page) => {
          setFound(page.items)
          setNext(page.next_cursor)
        },
        (e) => {
          if (!abort.signal.aborted) s.fail(e)
        },
      )
    })
    return () => {
      cancel()
      abort.abort()
    }
  }, [query, s])

  const more = () => {
    if (!next) return
    api.channels(s.api, query, next).then((page) => {
      setFound((old) => [...(old ?? []), ...page.items])
      setNext(page.next_cursor)
    }, s.fail)
  }
  const join = async (id: string) => {
    setJoining(id)
    try {
      await api.join(s.api, id)
      await s.messaging.refreshHead(id)
      navigate(`/c/${id}`)
    } catch (e) {
      s.fail(e)
    } finally {
      setJoining(undefined)
    }
  }

  return (
    <>
      <header className={css.header}>
        <span className={css.phoneBack}>
          <IconButton icon="back" label={t('common.back')} tip="bottom" onClick={() => navigate('/c')} />
        </span>
        <h2 className={css.title}>{t('channels.browse')}</h2>
      </header>
      <div className={css.body}>
        <TextField
          label={t('channels.search')}
          labelHidden
          placeholder={t('channels.search')}
          icon="search"
          value={query}
          onChange={(e) => setQuery(e.target.value)}
        />
        {!found && <Spinner label={t('common.loading')} />}
        {found?.length === 0 && <EmptyState icon="hash" title={t('channels.none')} text={t('channels.noneText')} />}
        <div className={css.list}>
          {found?.map((c) => {
            const member = c.joined || (byId.get(c.id)?.role ?? '') !== ''
            return (
              <ListRow
                key={c.id}
                leading={<Avatar id={c.id} name={c.name} icon="hash" size={44} />}
                title={c.name}
                aside={t('members.count', { n: c.member_count })}
                subtitle={c.purpose || t('channels.noPurpose')}
                trailing={
                  member ? (
                    <Button size="s" onClick={() => navigate(`/c/${c.id}`)}>
                      {t('channels.open')}
                    </Button>
                  ) : (
                    <Button size="s" kind="primary" busy={joining === c.id} onClick={() => void join(c.id)}>
                      {t('channels.join')}
                    </Button>
                  )
                }
              />
            )
          })}
        </div>
        {next && (
          <Button kind="quiet" onClick={more}>
            {t('common.loadMore')}
          </Button>
        )}
      </div>
    </>
  )
}
