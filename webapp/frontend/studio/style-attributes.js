// The editors put style="…" into the HTML that they write, which style-src 'self' refuses. What they mean is set
// through the CSS object model instead, which the policy allows; this also keeps dmn-js's watermark in its place.
const { get, set } = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML");

Object.defineProperty(Element.prototype, "innerHTML", {
  configurable: true,
  enumerable: true,
  get,
  set(html) {
    if (typeof html !== "string" || !/\sstyle="/.test(html)) { set.call(this, html); return; }
    set.call(this, html.replace(/\sstyle="/g, ' data-css="'));
    for (const element of (this.content ?? this).querySelectorAll("[data-css]")) {
      element.style.cssText = element.getAttribute("data-css");
      element.removeAttribute("data-css");
    }
  },
});

const setAttribute = Element.prototype.setAttribute;
Element.prototype.setAttribute = function (name, value) {
  if (name === "style" && this.style) this.style.cssText = value;
  else setAttribute.call(this, name, value);
};
