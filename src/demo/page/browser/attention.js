/** Tells a person who looks elsewhere that something has come: in the title, and by a soft tone. */

let missed = 0;

/** @param {string} title */
export function watchAttention(title) {
  document.title = title;
  const seen = () => {
    if (document.hidden) return;
    missed = 0;
    document.title = title;
  };
  document.addEventListener("visibilitychange", seen);
  addEventListener("focus", seen);
  return (/** @type {number} */ count) => {
    if (!document.hidden || count === 0) return;
    missed += count;
    document.title = `(${missed}) ${title}`;
    ring();
  };
}

function ring() {
  const sound = new AudioContext();
  const tone = sound.createOscillator();
  const loudness = sound.createGain();
  tone.frequency.setValueAtTime(880, sound.currentTime);
  tone.frequency.setValueAtTime(1_320, sound.currentTime + 0.09);
  loudness.gain.setValueAtTime(0.06, sound.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.0001, sound.currentTime + 0.45);
  tone.connect(loudness).connect(sound.destination);
  tone.onended = () => void sound.close();
  tone.start();
  tone.stop(sound.currentTime + 0.5);
}
