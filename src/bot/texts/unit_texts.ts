/** Units of time behind a number. */

export interface UnitTexts {
  readonly days: (count: string) => string;
  readonly hours: (count: string) => string;
  readonly minutes: (count: string) => string;
  readonly seconds: (count: string) => string;
}

export const UNITS_EN: UnitTexts = {
  days: (count) => `${count} d`,
  hours: (count) => `${count} h`,
  minutes: (count) => `${count} min`,
  seconds: (count) => `${count} s`,
};

export const UNITS_KO: UnitTexts = {
  days: (count) => `${count}일`,
  hours: (count) => `${count}시간`,
  minutes: (count) => `${count}분`,
  seconds: (count) => `${count}초`,
};
