// The element that has the focus: its number, and what is wrong with how that is shown. Null outside the page.
() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const shown = box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth;
  return {
    number: Number(e.dataset.interactive ?? -1),
    complaint: outlined && shown ? '' : `${outlined ? 'lies outside the window' : 'shows no focus'}: <${e.localName}> "${e.textContent.trim().slice(0, 40)}"`,
  };
}
