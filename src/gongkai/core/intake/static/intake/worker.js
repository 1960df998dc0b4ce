// Find the number whose SHA-256 after the salt is the requested one. Own code, because browsers offer no crypto on plain-HTTP
// networks, and slower for many short texts.
"use strict";
var K = [], H0 = [];
(function () {
  var fraction = function (value) {
    return ((value - Math.floor(value)) * 4294967296) | 0;
  };
  for (var candidate = 2, found = 0; found < 64; candidate++) {
    var prime = true;
    for (var factor = 2; factor * factor <= candidate; factor++) {
      if (candidate % factor === 0) {
        prime = false;
        break;
      }
    }
    if (!prime) continue;
    if (found < 8) H0[found] = fraction(Math.pow(candidate, 1 / 2));
    K[found++] = fraction(Math.pow(candidate, 1 / 3));
  }
})();

function sha256(text) { // of ASCII
  var bytes = text.length,
    blocks = ((bytes + 8) >> 6) + 1,
    words = new Int32Array(blocks * 16),
    hash = H0.slice(),
    w = new Int32Array(64);
  for (var i = 0; i < bytes; i++) words[i >> 2] |= text.charCodeAt(i) << (24 - (i & 3) * 8);
  words[bytes >> 2] |= 0x80 << (24 - (bytes & 3) * 8);
  words[blocks * 16 - 1] = bytes * 8;
  for (var start = 0; start < words.length; start += 16) {
    var a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4], f = hash[5], g = hash[6], h = hash[7];
    for (var t = 0; t < 64; t++) {
      if (t < 16) w[t] = words[start + t];
      else {
        var x = w[t - 15], y = w[t - 2];
        w[t] = (w[t - 16] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + w[t - 7] +
          ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10)) | 0;
      }
      var one =
        (h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + ((e & f) ^ (~e & g)) + K[t] + w[t]) |
        0;
      var two = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + ((a & b) ^ (a & c) ^ (b & c))) |
        0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    hash[0] = (hash[0] + a) | 0;
    hash[1] = (hash[1] + b) | 0;
    hash[2] = (hash[2] + c) | 0;
    hash[3] = (hash[3] + d) | 0;
    hash[4] = (hash[4] + e) | 0;
    hash[5] = (hash[5] + f) | 0;
    hash[6] = (hash[6] + g) | 0;
    hash[7] = (hash[7] + h) | 0;
  }
  return hash;
}

onmessage = function (event) {
  var asked = event.data, wanted = [];
  for (var i = 0; i < 8; i++) wanted[i] = parseInt(asked.challenge.slice(i * 8, i * 8 + 8), 16) | 0;
  for (var number = 0; number <= asked.maxnumber; number++) {
    var hash = sha256(asked.salt + number);
    if (hash[0] === wanted[0] && hash[1] === wanted[1] && hash[7] === wanted[7]) {
      postMessage(number);
      return;
    }
  }
  postMessage(null);
};
