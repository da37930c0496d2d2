import { useEffect, useId, useLayoutEffect, useRef } from 'react'
import type { Head } from '../../api/types'
import { Avatar, cx, Icon, IconButton, Spinner } from '../../ui'
import { useServices, useSnapshot, useStore, useT } from '../kit/hooks'
import css from './ComposerView.module.css'
import type { ComposerViewModel } from './ComposerViewModel'
import { code, composing, type Edited, prefix, sends, wrap } from './format'

export interface ComposerViewProps {
  vm: ComposerViewModel
  head: Head
  /** ↑ in an empty field. */
  onEditLast: () => void
  onSent: () => void
}

export function ComposerView({ vm, head, onEditLast, onSent }: ComposerViewProps) {
  const t = useT()
  const { prefs } = useServices()
  const { sendKey } = useStore(prefs.store)
  const s = useSnapshot(vm)
  const field = useRef<HTMLTextAreaElement>(null)
  const listId = useId()
  const name = head.kind === 'direct' ? (head.peer?.name ?? '') : head.name
  const completing = s.candidates.length > 0

  // Grows with its text up to 40 % of the window; the stylesheet holds the bounds.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height depends on the text
  useLayoutEffect(() => {
    const el = field.current
    if (!el) return
    el.style.height = 'auto'
    el.style.height = `${el.scrollHeight}px`
  }, [s.text])

  const asked = useRef(0)
  useEffect(() => {
    const el = field.current
    if (!el || asked.current === s.focus.n) return
    asked.current = s.focus.n
    el.focus()
    const at = s.focus.at < 0 ? el.value.length : s.focus.at
    el.setSelectionRange(at, at)
  }, [s.focus])

  const format = (change: (e: Edited) => Edited) => {
    const el = field.current
    if (!el) return
    const next = change({ text: el.value, from: el.selectionStart, to: el.selectionEnd })
    vm.replace(next.text)
    requestAnimationFrame(() => {
      el.focus()
      el.setSelectionRange(next.from, next.to)
    })
  }

  const submit = () => {
    if (vm.submit()) onSent()
  }

  const onKeyDown = (e: React.KeyboardEvent<HTMLTextAreaElement>) => {
    const key = e.nativeEvent
    if (composing(key)) return
    if (completing) {
      if (key.key === 'ArrowDown') vm.moveActive(1)
      else if (key.key === 'ArrowUp') vm.moveActive(-1)
      else if (key.key === 'Enter' || key.key === 'Tab') vm.choose()
      else if (key.key === 'Escape') vm.closeCandidates()
      else return
      e.preventDefault()
      return
    }
    const mod = key.ctrlKey || key.metaKey
    if (sends(key, sendKey)) submit()
    else if (key.key === 'Escape' && s.editing) vm.cancelEdit()
    else if (key.key === 'Escape' && s.reply) vm.noReply()
    else if (key.key === 'ArrowUp' && s.text === '' && !key.shiftKey && !mod) onEditLast()
    else if (mod && key.key === 'b') format((x) => wrap(x, '**'))
    else if (mod && key.key === 'i') format((x) => wrap(x, '*'))
    else if (mod && key.shiftKey && key.key.toLowerCase() === 'c') format(code)
    else return
    e.preventDefault()
  }

  return (
    <div className={css.composer} data-region="composer">
      {completing && (
        <div id={listId} role="listbox" aria-label={t('mention.label')} className={css.candidates}>
          {s.candidates.map((c, i) => (
            <div
              key={c.id}
              id={`${listId}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === s.active}
              className={cx(css.candidate, i === s.active && css.active)}
              onPointerDown={(e) => {
                e.preventDefault() // the field keeps the focus
                vm.choose(i)
              }}
            >
              <Avatar id={c.id} name={c.name} size={24} icon={c.id === 'all' ? 'people' : undefined} />
              <span className={css.candidateName}>{c.name}</span>
              <span className={css.candidatePlace}>{[c.department, c.position].filter(Boolean).join(' · ')}</span>
            </div>
          ))}
        </div>
      )}
      <div className={css.box}>
        {(s.editing || s.reply) && (
          <div className={css.context}>
            <Icon name={s.editing ? 'edit' : 'reply'} size={14} />
            {s.editing ? (
              <span className={css.contextText}>{t('composer.editing')}</span>
            ) : (
              <span className={css.contextText}>
                <b>{s.reply?.sender.name}</b> {s.reply?.excerpt}
              </span>
            )}
            <IconButton
              icon="close"
              size="s"
              label={s.editing ? t('composer.cancelEdit') : t('composer.noReply')}
              onClick={s.editing ? vm.cancelEdit : vm.noReply}
            />
          </div>
        )}
        <textarea
          ref={field}
          className={css.field}
          rows={1}
          value={s.text}
          aria-label={t('composer.label', { name })}
          placeholder={t('composer.placeholder', { name })}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={completing}
          aria-controls={completing ? listId : undefined}
          aria-activedescendant={completing ? `${listId}-${s.active}` : undefined}
          enterKeyHint={sendKey === 'enter' ? 'send' : 'enter'}
          onChange={(e) => vm.write(e.target.value, e.target.selectionStart)}
          onClick={(e) => vm.look(e.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onBlur={vm.closeCandidates}
        />
        <div className={css.tools} role="toolbar" aria-label={t('composer.format')}>
          <IconButton icon="bold" size="s" label={t('composer.bold')} onClick={() => format((x) => wrap(x, '**'))} />
          <IconButton icon="italic" size="s" label={t('composer.italic')} onClick={() => format((x) => wrap(x, '*'))} />
          <IconButton icon="code" size="s" label={t('composer.code')} onClick={() => format(code)} />
          <IconButton icon="list" size="s" label={t('composer.list')} onClick={() => format((x) => prefix(x, '- '))} />
          <IconButton icon="quote" size="s" label={t('composer.quote')} onClick={() => format((x) => prefix(x, '> '))} />
          {head.kind !== 'direct' && (
            <IconButton
              icon="at"
              size="s"
              label={t('composer.mention')}
              onClick={() => {
                const el = field.current
                if (!el) return
                const at = el.selectionStart
                const gap = at > 0 && /\w/.test(el.value.charAt(at - 1)) ? ' @' : '@'
                vm.write(el.value.slice(0, at) + gap + el.value.slice(el.selectionEnd), at + gap.length)
                requestAnimationFrame(() => {
                  el.focus()
                  el.setSelectionRange(at + gap.length, at + gap.length)
                })
              }}
            />
          )}
          <span className={css.hint} aria-live="polite">
            {s.tooLong > 0 ? (
              <span className={css.over}>{t('composer.tooLong', { n: s.tooLong })}</span>
            ) : (
              s.text !== '' && (
                <span className={css.keys}>{t(sendKey === 'enter' ? 'composer.hintEnter' : 'composer.hintMod')}</span>
              )
            )}
          </span>
          <button
            type="button"
            className={css.send}
            aria-label={s.editing ? t('composer.save') : t('composer.send')}
            disabled={s.text.trim() === '' || s.tooLong > 0 || s.saving}
            onClick={submit}
          >
            {s.saving ? <Spinner size={16} /> : <Icon name={s.editing ? 'check' : 'send'} size={18} />}
          </button>
        </div>
      </div>
    </div>
  )
}
