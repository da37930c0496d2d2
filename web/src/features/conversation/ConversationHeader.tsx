import { useEffect } from 'react'
import { useLocation } from 'wouter'
import type { Head } from '../../api/types'
import { Avatar, Icon, IconButton } from '../../ui'
import { conversationName } from '../conversations/ConversationListViewModel'
import { useServices, useStore, useT } from '../kit/hooks'
import type { PanelControl } from '../shell/usePanel'
import css from './ConversationPage.module.css'

/** ConversationHeader says what is on screen and opens the panels beside it; Ctrl/⌘+F searches in this conversation. */
export function ConversationHeader({ head, panel }: { head: Head; panel: PanelControl }) {
  const t = useT()
  const { presence } = useServices()
  const online = useStore(presence.online)
  const [, navigate] = useLocation()
  const name = conversationName(head)
  const direct = head.kind === 'direct'
  const here = direct && head.peer !== null && online.has(head.peer.id)
  const under = direct
    ? [here && t('presence.online'), head.peer?.department, head.peer?.position].filter(Boolean).join(' · ')
    : head.purpose || t('members.count', { n: head.member_count })
  const about = direct && head.peer ? `person:${head.peer.id}` : 'info'
  const inside = head.role !== ''

  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (!inside || !(e.ctrlKey || e.metaKey) || e.shiftKey || e.altKey || e.key.toLowerCase() !== 'f') return
      if (document.querySelector('dialog[open]') || panel.top === 'search') return // the second time the browser's own search comes
      e.preventDefault()
      panel.show('search')
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [inside, panel])

  return (
    <header className={css.header} data-region="header">
      <span className={css.phoneBack}>
        <IconButton icon="back" label={t('common.back')} tip="bottom" onClick={() => navigate('/c')} />
      </span>
      <div className={css.about}>
        <Avatar
          id={direct ? (head.peer?.id ?? head.id) : head.id}
          name={name}
          size={32}
          icon={direct ? undefined : head.kind === 'channel' ? 'hash' : 'people'}
          online={here}
        />
        <div className={css.names}>
          <h2 className={css.name}>
            <button type="button" className={css.nameText} disabled={!inside} onClick={() => panel.toggle(about)}>
              {name}
            </button>
            {head.muted && <Icon name="bell-off" size={14} className={css.mark} />}
          </h2>
          {under && <p className={css.under}>{under}</p>}
        </div>
      </div>
      {inside && (
        <div className={css.tools}>
          {!direct && (
            <button
              type="button"
              className={css.members}
              aria-label={t('members.open', { n: head.member_count })}
              aria-pressed={panel.top === 'members'}
              onClick={() => panel.toggle('members')}
            >
              <Icon name="people" size={18} />
              {head.member_count}
            </button>
          )}
          <IconButton
            icon="search"
            label={t('conversation.search')}
            tip="bottom"
            active={panel.top === 'search'}
            onClick={() => panel.toggle('search')}
          />
          <span className={css.wideOnly}>
            <IconButton
              icon="pin"
              label={t('pins.title')}
              tip="bottom"
              active={panel.top === 'pins'}
              onClick={() => panel.toggle('pins')}
            />
          </span>
          <IconButton
            icon="info"
            label={t('info.title')}
            tip="bottom"
            active={panel.top === 'info'}
            onClick={() => panel.toggle('info')}
          />
        </div>
      )}
    </header>
  )
}
