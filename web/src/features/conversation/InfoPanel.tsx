import { useState } from 'react'
import { useLocation } from 'wouter'
import type { ConversationUpdate } from '../../api/conversations'
import type { Head } from '../../api/types'
import { Avatar, Button, Checkbox, Select, TextArea, TextField } from '../../ui'
import { conversationName } from '../conversations/ConversationListViewModel'
import { Confirm } from '../kit/Confirm'
import { useServices, useSnapshot, useT, useViewModel } from '../kit/hooks'
import type { PanelControl } from '../shell/usePanel'
import { InfoViewModel } from './InfoViewModel'
import css from './panels.module.css'

/** InfoPanel: what the conversation is, what its managers may change, what is one's own (mute, pin), and the way out. */
export function InfoPanel({ head: first, control }: { head: Head; control: PanelControl }) {
  const t = useT()
  const s = useServices()
  const [, navigate] = useLocation()
  const [leaving, setLeaving] = useState(false)
  const vm = useViewModel(() => new InfoViewModel(s, first), first.id)
  const { head, many, manages } = useSnapshot(vm)
  const update = (change: ConversationUpdate) => void vm.update(change)
  const icon = head.kind === 'direct' ? undefined : head.kind === 'channel' ? 'hash' : 'people'
  return (
    <>
      <div className={css.hero}>
        <Avatar
          id={head.kind === 'direct' ? (head.peer?.id ?? head.id) : head.id}
          name={conversationName(head)}
          size={64}
          icon={icon}
        />
        <p className={css.heroName}>{conversationName(head)}</p>
        {many && !manages && head.purpose && <p className={css.faint}>{head.purpose}</p>}
        <p className={css.faint}>
          {many
            ? t(head.kind === 'channel' ? 'info.channel' : 'info.group', { n: head.member_count })
            : [head.peer?.department, head.peer?.position].filter(Boolean).join(' · ')}
        </p>
        <div className={css.row}>
          {many ? (
            <Button size="s" icon="people" onClick={() => control.push('members')}>
              {t('members.title')}
            </Button>
          ) : (
            head.peer && (
              <Button size="s" icon="person" onClick={() => control.push(`person:${head.peer?.id}`)}>
                {t('person.title')}
              </Button>
            )
          )}
          <Button size="s" icon="pin" onClick={() => control.push('pins')}>
            {t('pins.title')}
          </Button>
        </div>
      </div>
      <section className={css.section}>
        <Checkbox kind="switch" checked={head.muted} onChange={(e) => void vm.mine({ muted: e.target.checked })}>
          {t('info.mute')}
        </Checkbox>
        <Checkbox kind="switch" checked={head.pinned} onChange={(e) => void vm.mine({ pinned: e.target.checked })}>
          {t('info.pin')}
        </Checkbox>
      </section>
      {manages && (
        <section className={css.section}>
          <h3>{t('info.settings')}</h3>
          <Naming key={`${head.name}\n${head.purpose}`} vm={vm} />
          <Select
            label={t('info.history')}
            value={head.history}
            onChange={(e) => update({ history: e.target.value === 'joined' ? 'joined' : 'all' })}
            options={[
              { value: 'all', label: t('info.historyAll') },
              { value: 'joined', label: t('info.historyJoined') },
            ]}
          />
          <Select
            label={t('info.postRight')}
            value={head.post_right}
            onChange={(e) => update({ post_right: e.target.value === 'admins' ? 'admins' : 'all' })}
            options={[
              { value: 'all', label: t('info.everybody') },
              { value: 'admins', label: t('info.adminsOnly') },
            ]}
          />
          {head.all_right && (
            <Select
              label={t('info.allRight')}
              value={head.all_right}
              onChange={(e) => update({ all_right: e.target.value === 'admins' ? 'admins' : 'all' })}
              options={[
                { value: 'all', label: t('info.everybody') },
                { value: 'admins', label: t('info.adminsOnly') },
              ]}
            />
          )}
        </section>
      )}
      {many && (
        <section className={css.section}>
          <Button icon="exit" onClick={() => setLeaving(true)}>
            {t(head.kind === 'channel' ? 'info.leaveChannel' : 'info.leaveGroup')}
          </Button>
        </section>
      )}
      {leaving && (
        <Confirm
          title={t('info.leaveTitle', { name: head.name })}
          text={t(
            head.role === 'owner' ? 'info.leaveOwner' : head.kind === 'channel' ? 'info.leaveChannelText' : 'info.leaveText',
          )}
          act={t('info.leave')}
          danger
          onClose={() => setLeaving(false)}
          onConfirm={() => {
            void vm.leave().then((out) => out && navigate('/c', { replace: true }))
            setLeaving(false)
          }}
        />
      )}
    </>
  )
}

function Naming({ vm }: { vm: InfoViewModel }) {
  const t = useT()
  const { head } = useSnapshot(vm)
  const [name, setName] = useState(head.name)
  const [purpose, setPurpose] = useState(head.purpose)
  const change = vm.naming(name, purpose)
  return (
    <form
      className={css.section}
      style={{ padding: 0 }}
      onSubmit={(e) => {
        e.preventDefault()
        if (change) void vm.update(change)
      }}
    >
      <TextField label={t('new.name')} value={name} maxLength={128} onChange={(e) => setName(e.target.value)} />
      <TextArea label={t('new.purpose')} value={purpose} maxLength={1000} rows={2} onChange={(e) => setPurpose(e.target.value)} />
      {change && (
        <Button kind="primary" size="s" type="submit">
          {t('common.save')}
        </Button>
      )}
    </form>
  )
}
