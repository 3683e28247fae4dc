import { html } from './dom/element.ts'

document.querySelector('#app')?.append(html('p', {}, 'Looking for hotels…'))
