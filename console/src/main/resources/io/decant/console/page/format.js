const grouped = (value, digits) => value.toLocaleString("en", { maximumFractionDigits: digits });
const known = (write) => (value) => (value === null || value === undefined || Number.isNaN(value) ? "–" : write(value));

export const count = known((value) => grouped(value, 0));
export const short = known((value) =>
  value >= 1e9 ? `${grouped(value / 1e9, 1)} G` : value >= 1e6 ? `${grouped(value / 1e6, 1)} M` : value >= 1e4 ? `${grouped(value / 1e3, 1)} k` : grouped(value, 0));
export const rate = known((value) => `${short(value)}/s`);
export const share = known((value) => `${(value * 100).toFixed(2)} %`);
export const percent = known((value) => `${grouped(value * 100, 1)} %`);
export const points = known((value) => `${value >= 0 ? "+" : "−"}${Math.abs(value * 100).toFixed(2)} points`);
export const nats = known((value) => grouped(value, 4));
export const number = known((value) => grouped(value, 3));
export const bytes = known((value) =>
  value >= 1e6 ? `${grouped(value / 1e6, 1)} MB` : value >= 1e3 ? `${grouped(value / 1e3, 1)} kB` : `${grouped(value, 0)} B`);
export const span = known((millis) =>
  millis < 1e4 ? `${grouped(Math.max(0, millis) / 1e3, 1)} s`
    : millis < 12e4 ? `${grouped(millis / 1e3, 0)} s`
      : millis < 72e5 ? `${grouped(millis / 6e4, 0)} min`
        : millis < 2592e5 ? `${grouped(millis / 36e5, 0)} h` : `${grouped(millis / 864e5, 0)} d`);

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
export const time = known((millis) => (millis > 0 ? clock.format(millis) : "–"));
export const moment = known((millis) =>
  millis <= 0 ? "–" : Math.abs(Date.now() - millis) < 432e5 ? clock.format(millis) : `${day.format(millis)}, ${clock.format(millis)}`);
export const words = (symbol) => symbol.toLowerCase().replaceAll("_", " ");
