import type { SVGProps } from 'react'

/** Our own icons: 20 × 20, strokes of 1.6 in the text's colour. A name is what it shows, not where it is used. */
const paths = {
  chat: 'M4 4.5h12a1.5 1.5 0 0 1 1.5 1.5v7A1.5 1.5 0 0 1 16 14.5H9.5L6 17.5v-3H4A1.5 1.5 0 0 1 2.5 13V6A1.5 1.5 0 0 1 4 4.5Z M6.5 8h7 M6.5 11h4.5',
  people:
    'M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z M2 16.5c0-3 2.4-4.7 5.5-4.7s5.5 1.7 5.5 4.7 M13 3.8a2.8 2.8 0 0 1 0 5.4 M15.2 12.2c1.7.7 2.8 2.2 2.8 4.3',
  person: 'M10 10a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 10 10Z M3.8 17c0-3.2 2.7-4.8 6.2-4.8s6.2 1.6 6.2 4.8',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12Z M13.5 13.5 17 17',
  shield: 'M10 2.5 16.5 5v4.6c0 3.8-2.6 6.6-6.5 7.9-3.9-1.3-6.5-4.1-6.5-7.9V5L10 2.5Z M7.2 10l2 2 3.6-3.8',
  gear: 'M4 6h6 M14 6h2 M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z M4 14h2 M10 14h6 M8 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  plus: 'M10 4v12 M4 10h12',
  close: 'M5 5l10 10 M15 5 5 15',
  back: 'M12 4.5 6.5 10l5.5 5.5',
  forward: 'M8 4.5l5.5 5.5L8 15.5',
  down: 'M4.5 8l5.5 5.5L15.5 8',
  up: 'M4.5 12 10 6.5l5.5 5.5',
  more: 'M4.5 10h.01 M10 10h.01 M15.5 10h.01',
  reply: 'M8 5 3.5 9.5 8 14 M3.5 9.5H11c3.5 0 5.5 1.8 5.5 5.5',
  edit: 'M4 16l.8-3.4L13.4 4a1.6 1.6 0 0 1 2.3 0l.3.3a1.6 1.6 0 0 1 0 2.3L7.4 15.2 4 16Z M12 5.5 14.5 8',
  recall: 'M4 4.5v4h4 M4.4 8.3A6.3 6.3 0 1 1 3.8 11',
  pin: 'M7.5 3h5l-.6 5 2.6 2.6v1.4h-9v-1.4L8.1 8 7.5 3Z M10 12v5',
  bookmark: 'M5.5 3.5h9v13.5L10 13.6 5.5 17V3.5Z',
  copy: 'M7 7h8.5v9.5H7V7Z M13 7V3.5H4.5V13H7',
  link: 'M8.5 11.5a3 3 0 0 0 4.3 0l3-3a3 3 0 0 0-4.3-4.3l-.9.9 M11.5 8.5a3 3 0 0 0-4.3 0l-3 3a3 3 0 0 0 4.3 4.3l.9-.9',
  smile:
    'M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4Z M6.8 11.6c.6 1.5 1.8 2.3 3.2 2.3s2.6-.8 3.2-2.3 M7.4 8h.01 M12.6 8h.01',
  send: 'M3.2 10 16.8 3.5 13.2 16.5 9.8 11.3 3.2 10Z M9.8 11.3 16.8 3.5',
  at: 'M10 12.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z M12.8 7.2v4c0 1.2.7 2 1.9 2s2.5-1 2.5-3.2A7.2 7.2 0 1 0 14 16',
  hash: 'M7.8 3.5 6 16.5 M14 3.5l-1.8 13 M3.8 7.5h13 M3.2 12.5h13',
  bell: 'M5.5 13.5V9a4.5 4.5 0 0 1 9 0v4.5l1.5 1.5H4l1.5-1.5Z M8.5 17.2h3',
  'bell-off': 'M6 6.6A4.5 4.5 0 0 1 14.5 9v3 M14.5 15H4l1.5-1.5V9 M8.5 17.2h3 M3.5 3.5l13 13',
  info: 'M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4Z M10 9.2v4.3 M10 6.5h.01',
  check: 'M4 10.5l4 4 8-9',
  clock: 'M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4Z M10 6v4.2l2.8 1.8',
  warning: 'M10 3.2 17.6 16.5H2.4L10 3.2Z M10 8.2v4 M10 14.3h.01',
  compass: 'M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4Z M13 7l-1.8 4.2L7 13l1.8-4.2L13 7Z',
  exit: 'M8 4H4.5v12H8 M8.5 10H17 M13.5 6.5 17 10l-3.5 3.5',
  'add-person': 'M8 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z M2.5 16.5c0-3 2.4-4.7 5.5-4.7 1 0 2 .2 2.8.5 M15 11.5v5 M12.5 14h5',
  device: 'M3 4.5h14v9H3v-9Z M7.5 17h5 M10 13.5V17',
  bold: 'M6 4h4.8a3 3 0 0 1 0 6H6V4Z M6 10h5.6a3 3 0 0 1 0 6H6v-6Z',
  italic: 'M8.5 4H14 M6 16h5.5 M11.5 4l-3 12',
  code: 'M7 6 3 10l4 4 M13 6l4 4-4 4',
  list: 'M8 5.5h8.5 M8 10h8.5 M8 14.5h8.5 M4 5.5h.01 M4 10h.01 M4 14.5h.01',
  quote: 'M4 5v10 M8 6.5h8.5 M8 10h8.5 M8 13.5h5',
  tree: 'M3 3.5h5v4H3v-4Z M12 8h5v4h-5V8Z M12 13.5h5v4h-5v-4Z M5.5 7.5v8H12 M5.5 10H12',
  filter: 'M3.5 5h13 M6 10h8 M8.5 15h3',
  trash: 'M4 5.5h12 M8 5.5v-2h4v2 M5.5 5.5 6.3 16.5h7.4l.8-11 M8.4 8.5v5 M11.6 8.5v5',
  key: 'M7 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z M10.5 10H17v3 M14 10v2.2',
  upload: 'M10 13V3.5 M6.5 7 10 3.5 13.5 7 M3.5 12.5v4h13v-4',
} as const

export type IconName = keyof typeof paths

export interface IconProps extends Omit<SVGProps<SVGSVGElement>, 'name'> {
  name: IconName
  size?: number
}

/** Icon is decoration: whoever uses it alone gives the name (see IconButton). */
export function Icon({ name, size = 20, ...rest }: IconProps) {
  return (
    <svg
      viewBox="0 0 20 20"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.4 : 1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      {...rest}
    >
      <path d={paths[name]} />
    </svg>
  )
}
