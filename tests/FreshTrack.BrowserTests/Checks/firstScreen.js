// The texts that are not wholly within the window before anything is scrolled.
texts => {
  scrollTo({ top: 0, behavior: 'instant' });
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = [];
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    if (!text.parentElement.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    if (box.width > 0 && box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth) seen.push(text.data);
  }
  return texts.filter(wanted => !seen.some(text => text.includes(wanted))).map(wanted => `"${wanted}" is not on the first screen`);
}
