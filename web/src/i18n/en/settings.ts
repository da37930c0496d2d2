import type { Catalogues } from '..'

export const settings: Record<keyof Catalogues['settings'], string> = {
  'settings.title': 'Settings',
  'settings.general': 'General',
  'settings.devices': 'Devices',
  'settings.password': 'Password',
  'settings.insecure':
    'This connection is not encrypted (http). Others on the network can read your messages, and the browser allows no notifications and no installing as an app here. Ask your administrator for https.',
  'settings.theme': 'Appearance',
  'settings.theme.system': 'As the system',
  'settings.theme.light': 'Light',
  'settings.theme.dark': 'Dark',
  'settings.sendKey': 'Send with',
  'settings.sendKey.enter': 'Enter; Shift+Enter breaks the line',
  'settings.sendKey.mod-enter': 'Ctrl/⌘+Enter; Enter breaks the line',
  'settings.devicesText': 'These devices are signed in to your account. End any you do not know, and change your password.',
  'settings.unknownDevice': 'Unknown device',
  'settings.thisDevice': 'This device',
  'settings.lastSeen': 'Last active {time}',
  'settings.endSession': 'Sign out',
  'settings.currentPassword': 'Current password',
  'settings.newPassword': 'New password',
  'settings.changePassword': 'Change password',
  'settings.passwordChanged': 'Password changed; other devices were signed out',
}
