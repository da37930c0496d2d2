import type { Key } from '../../i18n'
import { Dialog } from '../../ui'
import { useCatalogues, useServices, useStore, useT } from '../kit/hooks'
import css from './Shortcuts.module.css'

type Line = readonly [keys: string, text: Key]

const mac = /Mac|iPhone|iPad/.test(navigator.userAgent)
const mod = mac ? '⌘' : 'Ctrl'

const everywhere: readonly Line[] = [
  [`${mod} K`, 'keys.switch'],
  ['Alt ↑|Alt ↓', 'keys.neighbour'],
  ['Alt Shift ↑|Alt Shift ↓', 'keys.unread'],
  [`${mod} F`, 'keys.searchHere'],
  ['F6|Shift F6', 'keys.regions'],
  ['Esc', 'keys.close'],
  ['?', 'keys.sheet'],
]
const onMessage: readonly Line[] = [
  ['↑|↓', 'keys.move'],
  ['→|←', 'keys.inside'],
  ['R', 'message.reply'],
  ['E', 'message.edit'],
  ['C', 'message.copy'],
  ['L', 'message.copyLink'],
  ['S', 'message.later'],
  ['Shift S', 'message.remind'],
  ['P', 'message.pin'],
  ['Shift V', 'message.receipts'],
  ['Del', 'message.recall'],
]

/** Shortcuts is the sheet of keys. */
export default function Shortcuts({ onClose }: { onClose: () => void }) {
  const t = useT()
  const { prefs } = useServices()
  const { sendKey } = useStore(prefs.store)
  if (!useCatalogues('keys')) return null
  const writing: readonly Line[] = [
    [sendKey === 'enter' ? 'Enter' : `${mod} Enter`, 'composer.send'],
    [sendKey === 'enter' ? 'Shift Enter' : 'Enter', 'keys.break'],
    ['↑', 'keys.editLast'],
    ['@', 'composer.mention'],
    [`${mod} B`, 'composer.bold'],
    [`${mod} I`, 'composer.italic'],
    [`${mod} Shift C`, 'composer.code'],
  ]
  return (
    <Dialog title={t('keys.title')} closeLabel={t('common.close')} width={760} onClose={onClose}>
      <div className={css.columns}>
        <Group title={t('keys.everywhere')} lines={everywhere} />
        <Group title={t('keys.writing')} lines={writing} />
        <Group title={t('keys.onMessage')} lines={onMessage} />
      </div>
    </Dialog>
  )
}

function Group({ title, lines }: { title: string; lines: readonly Line[] }) {
  const t = useT()
  return (
    <section className={css.group}>
      <h3>{title}</h3>
      <dl>
        {lines.map(([keys, text]) => (
          <div key={text} className={css.line}>
            <dt>{t(text)}</dt>
            <dd>
              {keys.split('|').map((one) => (
                <span key={one} className={css.keys}>
                  {one.split(' ').map((k) => (
                    <kbd key={k}>{k}</kbd>
                  ))}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
