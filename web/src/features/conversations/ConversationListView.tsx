import { lazy, memo, Suspense, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { Avatar, Badge, Button, cx, EmptyState, Icon, IconButton, Menu, Skeleton, Tabs } from '../../ui'
import { useServices, useSnapshot, useT } from '../kit/hooks'
import css from './ConversationListView.module.css'
import type { ConversationListViewModel, ListItem } from './ConversationListViewModel'

const NewConversation = lazy(() => import('../newconversation/NewConversation'))

export function ConversationListView({ vm, active }: { vm: ConversationListViewModel; active: string | undefined }) {
  const t = useT()
  const s = useSnapshot(vm)
  const { switching } = useServices()
  const [, navigate] = useLocation()
  const [creating, setCreating] = useState<'direct' | 'group' | 'channel'>()
  return (
    <>
      <header className={css.header}>
        <h1 className={css.title}>{t('list.title')}</h1>
        <IconButton icon="search" label={t('list.find')} tip="bottom" onClick={() => switching.set(true)} />
        <Menu
          label={t('list.new')}
          trigger={(p) => <IconButton icon="plus" label={t('list.new')} tip="bottom" {...p} />}
          items={[
            { id: 'direct', label: t('new.direct'), icon: 'person', onSelect: () => setCreating('direct') },
            { id: 'group', label: t('new.group'), icon: 'people', onSelect: () => setCreating('group') },
            { id: 'channel', label: t('new.channel'), icon: 'hash', onSelect: () => setCreating('channel') },
            { id: 'browse', label: t('channels.browse'), icon: 'compass', onSelect: () => navigate('/channels') },
          ]}
        />
      </header>
      <div className={css.filter}>
        <Tabs
          kind="segment"
          label={t('list.filter')}
          active={s.filter}
          onChange={vm.choose}
          tabs={[
            { id: 'all', label: t('list.all') },
            { id: 'unread', label: t('list.unread'), ...(s.unread > 0 ? { count: s.unread } : {}) },
          ]}
        />
      </div>
      <div className={css.scroll}>
        {s.loading && s.items.length === 0 ? (
          <Skeleton rows={8} label={t('common.loading')} />
        ) : s.items.length === 0 ? (
          s.filter === 'unread' ? (
            <EmptyState icon="check" title={t('list.allRead')} />
          ) : (
            <EmptyState icon="chat" title={t('list.empty')} text={t('list.emptyText')}>
              <Button kind="primary" onClick={() => setCreating('direct')}>
                {t('new.direct')}
              </Button>
            </EmptyState>
          )
        ) : (
          <ul>
            {s.items.map((item) => (
              <Item key={item.id} item={item} active={item.id === active} />
            ))}
          </ul>
        )}
      </div>
      {creating && (
        <Suspense>
          <NewConversation kind={creating} onClose={() => setCreating(undefined)} />
        </Suspense>
      )}
    </>
  )
}

const Item = memo(function Item({ item, active }: { item: ListItem; active: boolean }) {
  const t = useT()
  const badge = item.mentions > 0 ? 'mention' : item.muted ? 'muted' : 'strong'
  return (
    <li>
      <Link href={`/c/${item.id}`} className={cx(css.item, active && css.active)} aria-current={active ? 'page' : undefined}>
        <Avatar
          id={item.avatar.id}
          name={item.avatar.name}
          icon={item.kind === 'direct' ? undefined : item.kind === 'channel' ? 'hash' : 'people'}
        />
        <span className={css.lines}>
          <span className={css.line}>
            <span className={cx(css.name, item.unread > 0 && !item.muted && css.bold)}>{item.name}</span>
            {item.pinned && <Icon name="pin" size={12} className={css.mark} />}
            {item.muted && <Icon name="bell-off" size={12} className={css.mark} />}
            <time className={css.time}>{item.time}</time>
          </span>
          <span className={css.line}>
            <span className={css.preview}>
              {item.draft && <span className={css.draft}>{t('list.draft')} </span>}
              {item.preview}
            </span>
            {item.unsent !== 'none' && (
              <span className={item.unsent === 'failed' ? css.failed : css.mark} role="img" aria-label={t(`list.${item.unsent}`)}>
                <Icon name={item.unsent === 'failed' ? 'warning' : 'clock'} size={14} />
              </span>
            )}
            {item.mentions > 0 ? (
              <Badge count={item.mentions} kind="mention" label={t('list.mentions', { n: item.mentions })} />
            ) : (
              <Badge count={item.unread} kind={badge} label={t('list.unreadCount', { n: item.unread })} />
            )}
          </span>
        </span>
      </Link>
    </li>
  )
})
