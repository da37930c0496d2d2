import { useState } from 'react'
import type { Message } from '../../api/types'
import type { Translate } from '../../i18n'
import { IconButton, Menu, type MenuItem, MenuList, Tooltip } from '../../ui'
import { Confirm } from '../kit/Confirm'
import { useT } from '../kit/hooks'
import { palette, quick } from './emoji'
import css from './MessageActions.module.css'
import type { MessageRowProps, RowActions } from './MessageRow'
import { Palette } from './Palette'
import type { TimelineViewModel } from './TimelineViewModel'

/** An item of the menu and the key that does the same on a focused message. */
export interface MessageMenuItem extends MenuItem {
  key: string
  key2?: string
}

/** messageMenu is everything that this person may do with this message. */
export function messageMenu(
  { message: m, kind, role, vm, actions, entry }: MessageRowProps,
  t: Translate,
  me: string,
): MessageMenuItem[] {
  if (entry || m.content.type === 'recalled' || m.content.type === 'system') return []
  const own = m.sender.id === me
  const manages = role === 'owner' || role === 'admin'
  const text = m.content.text ?? m.content.fallback ?? ''
  const items: MessageMenuItem[] = [
    { id: 'reply', label: t('message.reply'), icon: 'reply', key: 'r', hint: 'R', onSelect: () => actions.reply(m) },
    { id: 'copy', label: t('message.copy'), icon: 'copy', key: 'c', hint: 'C', onSelect: () => void vm.copy(text) },
    { id: 'link', label: t('message.copyLink'), icon: 'link', key: 'l', hint: 'L', onSelect: () => void vm.copy(vm.link(m)) },
    { id: 'later', label: t('message.later'), icon: 'bookmark', key: 's', hint: 'S', onSelect: () => vm.keep(m) },
    { id: 'remind', label: t('message.remind'), icon: 'clock', key: 'S', hint: '⇧S', onSelect: () => vm.askReminder(m) },
    { id: 'pin', label: t('message.pin'), icon: 'pin', key: 'p', hint: 'P', onSelect: () => vm.pin(m) },
  ]
  if (own) {
    items.splice(1, 0, {
      id: 'edit',
      label: t('message.edit'),
      icon: 'edit',
      key: 'e',
      hint: 'E',
      ...closed(vm.tooLate(m, 'edit_window_ms'), 'message.editLate', t),
      onSelect: () => actions.edit(m),
    })
    items.push({
      id: 'receipts',
      label: t('message.receipts'),
      icon: 'check',
      key: 'V',
      hint: '⇧V',
      onSelect: () => actions.receipts(m),
    })
  }
  if (own || (manages && kind !== 'direct')) {
    items.push({
      id: 'recall',
      label: t('message.recall'),
      icon: 'recall',
      danger: true,
      key: 'Delete',
      hint: 'Del',
      ...(own && !(manages && kind !== 'direct') ? closed(vm.tooLate(m, 'recall_window_ms'), 'message.recallLate', t) : {}),
      onSelect: () => vm.askRecall(m),
    })
  }
  return items
}

/** closed marks what can be done only for a while after sending, once that is over. hours: how long the while was. */
function closed(hours: number | undefined, key: 'message.editLate' | 'message.recallLate', t: Translate): Partial<MenuItem> {
  return hours === undefined ? {} : { disabled: true, note: t(key, { n: hours }) }
}

export interface ActionsProps {
  message: Message
  menu: MessageMenuItem[]
  vm: TimelineViewModel
  actions: RowActions
  onOpenChange: (open: boolean) => void
}

/** Actions is the bar over a message that is pointed at or focused. */
export function Actions({ message: m, menu, vm, actions, onOpenChange }: ActionsProps) {
  const t = useT()
  const [open, setOpen] = useState(false)
  const change = (next: boolean) => {
    setOpen(next)
    onOpenChange(next)
  }
  return (
    <div className={css.bar} data-open={open || undefined} role="toolbar" aria-label={t('message.actions')}>
      {quick.map((emoji) => (
        <Tooltip key={emoji} text={t('reaction.add', { emoji })}>
          <button
            type="button"
            className={css.emoji}
            aria-label={t('reaction.add', { emoji })}
            onClick={() => vm.react(m, emoji)}
          >
            {emoji}
          </button>
        </Tooltip>
      ))}
      <Palette onPick={(emoji) => vm.react(m, emoji)} onOpenChange={change} />
      <IconButton icon="reply" size="s" label={t('message.reply')} onClick={() => actions.reply(m)} />
      <IconButton icon="bookmark" size="s" label={t('message.later')} onClick={() => vm.keep(m)} />
      <Menu
        label={t('message.actions')}
        items={menu}
        onOpenChange={change}
        trigger={(p) => <IconButton icon="more" size="s" label={t('common.more')} {...p} />}
      />
    </div>
  )
}

/** TouchSheet is what a long press on a message opens: every reaction, then the menu. */
export function TouchSheet({
  message: m,
  menu,
  vm,
  onClose,
}: Pick<ActionsProps, 'message' | 'menu' | 'vm'> & { onClose: () => void }) {
  const t = useT()
  return (
    <MenuList
      label={t('message.actions')}
      items={menu}
      anchor={null}
      onClose={onClose}
      top={
        <div className={css.strip}>
          {palette.flat().map((emoji) => (
            <button
              key={emoji}
              type="button"
              className={css.stripEmoji}
              aria-label={t('reaction.add', { emoji })}
              onClick={() => {
                onClose()
                vm.react(m, emoji)
              }}
            >
              {emoji}
            </button>
          ))}
        </div>
      }
    />
  )
}

/** RecallConfirm asks before a recall; it stands once per timeline. */
export function RecallConfirm({ vm, message }: { vm: TimelineViewModel; message: Message }) {
  const t = useT()
  return (
    <Confirm
      title={t('recall.title')}
      text={t('recall.text')}
      act={t('message.recall')}
      danger
      onConfirm={() => {
        vm.askRecall(undefined)
        vm.recall(message)
      }}
      onClose={() => vm.askRecall(undefined)}
    />
  )
}
