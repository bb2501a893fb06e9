// Improves, never needed: plain choices stay out of the address, and places are suggested by name. Nothing is sent by a change
// alone and no key does anything by itself: whoever works with the keyboard or by voice decides when a page is left.
for (const form of document.querySelectorAll("form.choose, form.day")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && field.value === field.dataset.plain) field.disabled = true;
  });
}
for (const field of document.querySelectorAll("input[data-places]")) {
  let asked = "";
  field.addEventListener("input", async () => {
    const text = field.value.trim();
    if (text.length < 2 || text === asked) return;
    asked = text;
    const answer = await fetch(`${field.dataset.places}?q=${encodeURIComponent(text)}`).catch(() => null);
    if (!answer?.ok || asked !== text) return;
    const options = (await answer.json()).map(([id, name]) => Object.assign(document.createElement("option"), { value: id, label: name }));
    field.list.replaceChildren(...options);
  });
}
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form.choose [disabled], form.day [disabled]")) field.disabled = false;
});
