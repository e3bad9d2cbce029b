// Nothing is wider than the window, but for what scrolls by itself.
() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const scrolls = element => element && (/auto|scroll|hidden/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
  const wide = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > width + 0.5 && !scrolls(e.parentElement));
  return [`the page is ${document.documentElement.scrollWidth} px wide in a window of ${width} px`,
    ...wide.map(e => `<${e.localName} class="${e.getAttribute('class') ?? ''}"> ends at ${e.getBoundingClientRect().right.toFixed()} px`)];
}
