import type { Message } from '../../api/types'
import { cx } from '../../ui'
import { useI18n, useServices } from '../kit/hooks'
import css from './Reactions.module.css'

/** Reactions as chips; the title lists names of who is known. */
export function Reactions({ message, onToggle }: { message: Message; onToggle: (emoji: string) => void }) {
  const i18n = useI18n()
  const { me, people } = useServices()
  const list = new Intl.ListFormat(i18n.locale, { type: 'conjunction' })
  return (
    <div className={css.row}>
      {(message.reactions ?? []).map((r) => {
        const mine = r.people.includes(me)
        const names = r.people.flatMap((id) => (id === me ? [i18n.t('common.you')] : (people.name(id) ?? [])))
        const rest = r.count - names.length
        const who = list.format(rest > 0 ? [...names, i18n.t('reaction.others', { n: rest })] : names)
        return (
          <button
            key={r.emoji}
            type="button"
            tabIndex={-1}
            aria-pressed={mine}
            aria-label={i18n.t('reaction.label', { emoji: r.emoji, n: r.count, names: who })}
            title={who}
            className={cx(css.chip, mine && css.mine)}
            onClick={() => onToggle(r.emoji)}
          >
            <span className={css.emoji}>{r.emoji}</span>
            <span className={css.count}>{r.count}</span>
          </button>
        )
      })}
    </div>
  )
}
