// What can be used with a mouse and has to be with the keyboard. Each gets a number, by which it is told apart.
// A heading with a tabindex is only where a page leads the focus to.
() => {
  const scrolls = e => e.scrollWidth > e.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(e).overflowX);
  return [...document.querySelectorAll('body *')]
    .filter(e => e.matches('a, button, summary, input, select, textarea, [tabindex]:not(h2), [onclick], [role=button]') || scrolls(e))
    .filter(e => e.checkVisibility({ visibilityProperty: true }))
    .map((e, i) => {
      e.dataset.interactive = i;
      return `<${e.localName}> "${(e.getAttribute('aria-label') ?? e.textContent).trim().slice(0, 40)}"`;
    });
}
