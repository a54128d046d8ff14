// tfjs-core registers no gradients by itself; the union package @tensorflow/tfjs does it this way.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
