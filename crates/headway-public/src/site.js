// Improves, never needed: finds places by name. The list is a script of its own, so that it also loads from a disk.
const field = document.querySelector("#place-search");
if (field) {
  const root = document.body.dataset.root;
  const box = field.closest("[hidden]");
  const list = document.querySelector("#place-found");
  const said = document.querySelector("#place-said");
  if (box) box.hidden = false;
  const load = () => {
    if (document.querySelector("script[data-places]")) return;
    const script = Object.assign(document.createElement("script"), { src: `${root}places.js` });
    script.dataset.places = "";
    script.addEventListener("load", find);
    document.head.append(script);
  };
  const find = () => {
    const words = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length || !window.headwayPlaces) { list.replaceChildren(); said.textContent = ""; return; }
    const all = window.headwayPlaces.filter(([file, name]) => words.every((w) => name.toLowerCase().includes(w) || file.includes(w)));
    list.replaceChildren(...all.slice(0, 20).map(([file, name]) => {
      const item = document.createElement("li");
      item.append(Object.assign(document.createElement("a"), { href: `${root}place/${file}.html`, textContent: name }));
      return item;
    }));
    said.textContent = all.length ? `${all.length} ${all.length === 1 ? "place" : "places"}${all.length > 20 ? ", the first 20 are shown" : ""}` : "No place has this name.";
  };
  field.addEventListener("focus", load, { once: true });
  field.addEventListener("input", () => { load(); find(); });
}
