import { useEffect, useId, useRef } from 'react'
import { useLocation } from 'wouter'
import { Avatar, Badge, cx, Icon, Spinner } from '../../ui'
import { useCatalogues, useServices, useSnapshot, useT, useViewModel } from '../kit/hooks'
import css from './Switcher.module.css'
import { SwitcherViewModel, type Target } from './SwitcherViewModel'

const legend = [
  [['↑', '↓'], 'switcher.choose'],
  [['Enter'], 'switcher.open'],
  [['Esc'], 'common.close'],
] as const

/** Switcher goes to a conversation or a person by a few keys (Ctrl/⌘+K). */
export default function Switcher({ onClose }: { onClose: () => void }) {
  return useCatalogues('keys') ? <Open onClose={onClose} /> : null
}

function Open({ onClose }: { onClose: () => void }) {
  const t = useT()
  const s = useServices()
  const [, navigate] = useLocation()
  const vm = useViewModel(() => new SwitcherViewModel(s), s.me)
  const { query, targets, active, asking } = useSnapshot(vm)
  const dialog = useRef<HTMLDialogElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()

  useEffect(() => {
    const box = dialog.current
    const before = document.activeElement
    if (!box?.open) box?.showModal()
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the active row is what must be in view
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [active, targets])

  const go = async (target?: Target) => {
    const to = await vm.open(target)
    if (!to) return
    onClose()
    navigate(to)
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click only closes from the backdrop; Escape is the key for it
    <dialog
      ref={dialog}
      className={css.dialog}
      aria-label={t('switcher.title')}
      onCancel={(e) => {
        e.preventDefault()
        onClose()
      }}
      onClick={(e) => {
        if (e.target === dialog.current) onClose()
      }}
    >
      <div className={css.field}>
        <Icon name="search" size={18} />
        <input
          className={css.input}
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-autocomplete="list"
          aria-label={t('switcher.title')}
          aria-activedescendant={targets[active] ? `${id}-${active}` : undefined}
          placeholder={t('switcher.hint')}
          autoComplete="off"
          spellCheck={false}
          maxLength={64}
          value={query}
          onChange={(e) => vm.write(e.target.value)}
          onKeyDown={(e) => {
            if (e.nativeEvent.isComposing || e.keyCode === 229) return
            if (e.key === 'ArrowDown') vm.move(1)
            else if (e.key === 'ArrowUp') vm.move(-1)
            else if (e.key === 'Enter') void go()
            else return
            e.preventDefault()
          }}
        />
        {asking && <Spinner size={16} />}
      </div>
      <div ref={list} id={id} role="listbox" aria-label={t('switcher.title')} className={css.list}>
        {targets.map((target, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
          <div
            key={target.key}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === active}
            className={cx(css.row, i === active && css.active)}
            onPointerDown={(e) => e.preventDefault()} // the field keeps the focus
            onClick={() => void go(target)}
          >
            <Row target={target} />
          </div>
        ))}
      </div>
      <p className={css.keys} aria-hidden="true">
        {legend.map(([keys, text]) => (
          <span key={text}>
            {keys.map((k) => (
              <kbd key={k}>{k}</kbd>
            ))}
            {t(text)}
          </span>
        ))}
      </p>
    </dialog>
  )
}

function Row({ target }: { target: Target }) {
  const t = useT()
  if (target.kind === 'search') {
    return (
      <>
        <span className={css.symbol}>
          <Icon name="search" size={16} />
        </span>
        <span className={css.name}>{t('switcher.search', { q: target.name })}</span>
      </>
    )
  }
  const head = target.kind === 'conversation' ? target.head : undefined
  const face = target.kind === 'person' ? target.person.id : (head?.peer?.id ?? head?.id ?? '')
  return (
    <>
      <Avatar
        id={face}
        name={target.name}
        size={32}
        icon={!head || head.kind === 'direct' ? undefined : head.kind === 'channel' ? 'hash' : 'people'}
      />
      <span className={css.name}>{target.name}</span>
      <span className={css.under}>{target.under}</span>
      {head && (
        <Badge count={head.unread} kind={head.muted ? 'muted' : 'strong'} label={t('list.unreadCount', { n: head.unread })} />
      )}
    </>
  )
}
