// Counts down to the ends of the session, and opens the sign-in page when the session is over.
//
// The page shows the time that was left when it was requested. Its response may have moved the idle
// end, and later another tab may do so. So the server is asked first, and again at the end.

const panel = document.getElementById("time-left");
const ends = [...panel.querySelectorAll("[data-end]")];

async function ask() {
  const response = await fetch("/time-left");
  return { left: await response.json(), askedAt: Date.now() };
}

function show(times) {
  for (const end of ends) {
    const secs = Math.max(0, Math.ceil(times[end.dataset.end] / 1000));
    end.textContent = `${Math.floor(secs / 60)}:${String(secs % 60).padStart(2, "0")}`;
  }
}

let { left, askedAt } = await ask();
while (left) {
  const passed = Date.now() - askedAt;
  show({ idleMs: left.idleMs - passed, absoluteMs: left.absoluteMs - passed });
  const wait = Math.min(left.idleMs - passed, 250);
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  else ({ left, askedAt } = await ask());
}

for (const end of ends) end.textContent = "–";
const { signInPage } = panel.dataset;
if (signInPage) {
  const next = new URLSearchParams({ next: location.pathname + location.search });
  location.assign(`${signInPage}?expired&${next}`);
}
