// The signing page: time on each page, the passkey over the intent, the hand-written name as points.
import { $, $$, send } from "../app/page.js";

const root = $(".signing");
const seen = root?.dataset.seen;

// --- pages: a page counts while half of it, or half the screen, shows it; reported every three seconds -------
function watchPages(box) {
  const count = Number(box.dataset.count);
  const read = new Set(Object.keys(JSON.parse(box.dataset.read || "{}")));
  const visible = new Set();
  let pending = {};
  let last = performance.now();
  const button = $("[data-read-on]");
  const check = () => button.toggleAttribute("disabled", read.size < count);
  const tick = () => {
    const now = performance.now();
    if (document.visibilityState === "visible") {
      for (const page of visible) {
        pending[page] = Math.round((pending[page] ?? 0) + now - last);
        read.add(page);
      }
    }
    last = now;
    check();
  };
  const report = async (keepalive) => {
    tick();
    if (!Object.keys(pending).length) return true;
    const sent = pending;
    pending = {};
    const answer = await send(box.dataset.pages, { seen, pages: sent }, { keepalive });
    if (answer.ok) return true;
    for (const [page, time] of Object.entries(sent)) pending[page] = (pending[page] ?? 0) + time; // kept until the line is back
    return answer.status !== 0;
  };
  const watcher = new IntersectionObserver((entries) => {
    tick();
    for (const { target, isIntersecting, intersectionRatio, intersectionRect } of entries) {
      const on = isIntersecting && (intersectionRatio >= 0.5 || intersectionRect.height >= innerHeight * 0.5) && $("img", target).complete;
      visible[on ? "add" : "delete"](target.dataset.page);
    }
    tick();
  }, { threshold: [0, 0.25, 0.5, 0.75, 1] });
  const look = () => { watcher.disconnect(); for (const figure of $$("[data-page]", box)) watcher.observe(figure); };
  for (const picture of $$("img", box)) picture.addEventListener("load", look);
  look();
  setInterval(() => report(false), 3000);
  setInterval(tick, 400);
  document.addEventListener("visibilitychange", () => report(true));
  addEventListener("pagehide", () => report(true));
  button.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.setAttribute("aria-busy", "true");
    if (await report(false)) location.reload();
    button.removeAttribute("aria-busy");
  });
  check();
}

// --- passkey: asked only where the browser has one; everything else takes the code ---------------------------
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function offerPasskey(button, done) {
  if (!window.PublicKeyCredential) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const say = $("[data-passkey-say]");
    say.hidden = true;
    button.setAttribute("aria-busy", "true");
    try {
      const asked = await send(button.dataset.passkeyAsk, { seen });
      if (!asked.ok) throw new Error(asked.body?.message);
      const options = asked.body;
      const given = await navigator.credentials.get({ publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: options.allowCredentials.map((one) => ({ ...one, id: bytes(one.id) })) } });
      const { clientDataJSON, authenticatorData, signature } = given.response;
      const answer = { id: text(given.rawId), clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature) };
      const taken = await send(button.dataset.passkeyAnswer, { seen, answer });
      if (!taken.ok) throw new Error(taken.body?.message);
      done(taken.body.location);
    } catch (error) {
      if (error instanceof Error && error.name === "Error" && error.message) say.textContent = error.message;
      say.hidden = false;
      button.removeAttribute("aria-busy");
    }
  });
}

// --- the name by hand: points as [x, y, milliseconds], drawn again when the screen turns ---------------------
function openPad(canvas) {
  const form = $("#stroke");
  const brush = canvas.getContext("2d");
  let lines = [];
  let begun = 0;
  let line = null;
  const fit = () => {
    const scale = devicePixelRatio || 1;
    canvas.width = canvas.clientWidth * scale;
    canvas.height = canvas.clientHeight * scale;
    brush.setTransform(scale, 0, 0, scale, 0, 0);
    Object.assign(brush, { lineWidth: 3, lineCap: "round", lineJoin: "round", strokeStyle: "#1b1f24" });
    for (const each of lines) draw(each);
  };
  const draw = (points) => {
    brush.beginPath();
    points.forEach(([x, y], i) => (i ? brush.lineTo(x, y) : brush.moveTo(x, y)));
    if (points.length === 1) brush.lineTo(points[0][0] + 0.1, points[0][1]);
    brush.stroke();
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const within = (value, most) => Math.round(Math.max(0, Math.min(value, most)));
    return [within(event.clientX - box.left, box.width), within(event.clientY - box.top, box.height), Math.min(600000, Math.round(performance.now() - begun))];
  };
  const check = () => {
    const points = lines.reduce((sum, each) => sum + each.length, 0);
    $("[data-pad-done]").toggleAttribute("disabled", points < 3);
    $("[data-pad-hint]").hidden = points > 0;
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (lines.length >= 60) return;
    canvas.setPointerCapture(event.pointerId);
    begun ||= performance.now();
    line = [place(event)];
    lines.push(line);
    draw(line);
    check();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!line || lines.reduce((sum, each) => sum + each.length, 0) >= 6000) return;
    const point = place(event);
    const before = line[line.length - 1];
    if (Math.abs(point[0] - before[0]) + Math.abs(point[1] - before[1]) < 2) return;
    line.push(point);
    draw(line.slice(-2));
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { line = null; check(); });
  $("[data-pad-clear]").addEventListener("click", () => { lines = []; begun = 0; fit(); brush.clearRect(0, 0, canvas.width, canvas.height); check(); });
  form.addEventListener("submit", () => { form.elements.stroke.value = lines.length ? JSON.stringify({ width: Math.round(canvas.clientWidth), height: Math.round(canvas.clientHeight), lines }) : ""; });
  new ResizeObserver(fit).observe(canvas);
  check();
}

const pages = $("[data-pages]");
if (pages) watchPages(pages);
for (const button of $$("[data-passkey-ask]")) offerPasskey(button, (location) => window.location.assign(location));
const pad = $("[data-pad]");
if (pad) openPad(pad);
const refresh = $("[data-refresh]");
if (refresh) setTimeout(() => location.reload(), Number(refresh.dataset.refresh));
