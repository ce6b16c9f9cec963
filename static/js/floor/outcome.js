// What stands beside the list: the slips that are due before anything is scanned, and what an act came to.
import { button, make } from './list.js';
import { say } from './words.js';

const MOST = 20;
const PAGES = { HS: 'handovers', RT: 'returns', MV: 'moves' };

/** Write a day as the page's language does. */
const written = (day) => {
  const english = document.documentElement.lang === 'en';
  const style = english ? { day: 'numeric', month: 'short', year: 'numeric' } : { dateStyle: 'long' };
  return new Date(`${day}T00:00`).toLocaleDateString(english ? 'en-GB' : 'zh-CN', style);
};

/** Offer slips that are due, each with one tap that puts all of it on the list: `taken(number)`. */
export function expected(place, slips, taken) {
  place.hidden = !slips.length;
  place.replaceChildren(...slips.slice(0, MOST).map((slip) => {
    const item = make('li', 'task');
    const what = make('div');
    const small = [slip.number, slip.due_on ? written(slip.due_on) : '', slip.overdue ? say('overdue') : ''].filter(Boolean).join(' · ');
    what.append(make('div', 'task-text', `${slip.receiver}: ${say('things', { count: slip.units })}`), make('div', `small ${slip.overdue ? 'neg' : 'dim'}`, small));
    const acts = make('div', 'acts');
    acts.append(button(say('all_of_it'), '', `${say('all_of_it')}: ${slip.number}`, () => taken(slip.number)));
    item.append(what, acts);
    return item;
  }));
}

/** Say what an act came to: kept for later, or the document it made, with the receiver's link where there is one. */
export function result(place, state, answer) {
  const number = answer?.slip || answer?.number || '';
  const acts = make('div', 'acts');
  place.replaceChildren(make('p', '', state === 'kept' ? say('kept') : say(answer?.link ? 'loaded' : number ? 'done' : 'done_all', { number })));
  if (answer?.link) {
    place.append(make('p', 'handing-url', answer.link));
    const copy = button(say('copy'), '', '', async () => { await navigator.clipboard.writeText(answer.link).catch(() => {}); copy.textContent = say('copied'); });
    if (navigator.clipboard) acts.append(copy);
  }
  if (number) {
    const open = make('a', 'btn go', say('open', { number }));
    open.href = `/${PAGES[number.slice(0, 2)] || 'handovers'}/${number}`;
    acts.append(open);
  }
  place.append(acts);
  place.hidden = false;
  place.focus();
}
