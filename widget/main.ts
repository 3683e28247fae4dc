import { startWidget } from './app.ts'

const root = document.querySelector<HTMLElement>('#app')
if (root !== null) void startWidget(window, root)
