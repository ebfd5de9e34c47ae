/** Units of time behind a number. */
import type { DurationUnits } from "../../core/text/duration.ts";

export const UNITS_EN: DurationUnits = {
  days: (count) => `${count} d`,
  hours: (count) => `${count} h`,
  minutes: (count) => `${count} min`,
  seconds: (count) => `${count} s`,
};

export const UNITS_KO: DurationUnits = {
  days: (count) => `${count}일`,
  hours: (count) => `${count}시간`,
  minutes: (count) => `${count}분`,
  seconds: (count) => `${count}초`,
};
