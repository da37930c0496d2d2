import { useLocation } from 'wouter'
import { Avatar, Button, EmptyState, IconButton, ListRow, Spinner, TextField } from '../../ui'
import { useServices, useSnapshot, useT, useViewModel } from '../kit/hooks'
import css from './ChannelBrowser.module.css'
import { ChannelsViewModel } from './ChannelsViewModel'

/** ChannelBrowser lists channels that everybody may join. */
export default function ChannelBrowser() {
  const t = useT()
  const s = useServices()
  const [, navigate] = useLocation()
  const vm = useViewModel(() => new ChannelsViewModel(s), s.me)
  const { query, list, joining } = useSnapshot(vm)
  const join = async (id: string) => {
    if (await vm.join(id)) navigate(`/c/${id}`)
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
          onChange={(e) => vm.write(e.target.value)}
        />
        {list.items.length === 0 &&
          (list.state === 'loading' ? (
            <Spinner label={t('common.loading')} />
          ) : list.state === 'failed' ? (
            <EmptyState icon="warning" title={t('error.network')}>
              <Button onClick={vm.reload}>{t('common.retry')}</Button>
            </EmptyState>
          ) : (
            <EmptyState icon="hash" title={t('channels.none')} text={t('channels.noneText')} />
          ))}
        <div className={css.list}>
          {list.items.map((c) => (
            <ListRow
              key={c.id}
              leading={<Avatar id={c.id} name={c.name} icon="hash" size={44} />}
              title={c.name}
              aside={t('members.count', { n: c.member_count })}
              subtitle={c.purpose || t('channels.noPurpose')}
              trailing={
                c.joined ? (
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
          ))}
        </div>
        {list.more && (
          <Button kind="quiet" busy={list.next === 'loading'} onClick={vm.more}>
            {t('common.loadMore')}
          </Button>
        )}
      </div>
    </>
  )
}
